import { useQueryClient } from '@tanstack/react-query';
import { Button, Dropdown } from 'antd';
import { useMessages } from '@/i18n/messages';
import { saveAddress } from './files';
import { kitMessages } from './messages';
import { printWhenLoaded } from './print';

interface Props {
  name: string;
  csv: () => void;
  xlsx: () => void;
  svg?: () => void;
  png?: () => void;
  hrefs?: { csv: string; xlsx: string };
}

/** All ways out of a chart or table, for everyone who sees it. [E1] */
export function ExportMenu({ name, csv, xlsx, svg, png, hrefs }: Props) {
  const t = useMessages(kitMessages);
  const queries = useQueryClient();
  const items = [
    { key: 'csv', label: t('export.csv'), onClick: hrefs ? () => saveAddress(hrefs.csv, `${name}.csv`) : csv },
    { key: 'xlsx', label: t('export.xlsx'), onClick: hrefs ? () => saveAddress(hrefs.xlsx, `${name}.xlsx`) : xlsx },
    ...(png ? [{ key: 'png', label: t('export.png'), onClick: png }] : []),
    ...(svg ? [{ key: 'svg', label: t('export.svg'), onClick: svg }] : []),
    { key: 'print', label: t('export.print'), onClick: () => void printWhenLoaded(queries) },
  ];
  return (
    <Dropdown menu={{ items }} trigger={['click']}>
      <Button size="small" aria-haspopup="menu">
        {t('export')}
      </Button>
    </Dropdown>
  );
}
